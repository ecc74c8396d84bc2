"""Documents and places side by side: who is given what, and what one says that the other does not."""
