"""Who is named: armed actors, states, and what stands for them."""
