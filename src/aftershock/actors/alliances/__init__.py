"""Who fights whom and who sides with whom: a signed network, its balance, and the chance of blows."""
