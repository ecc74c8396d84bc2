"""What holds for all tests."""

from hypothesis import settings

# how long an example takes says something of the machine and nothing of the code
settings.register_profile("liandong", deadline=None)
settings.load_profile("liandong")
