"""What if: a scenario built (builder, building, changing), answered (answering), taken away (files); JSON twins (twin)."""
