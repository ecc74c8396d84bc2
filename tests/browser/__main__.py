"""`python -m tests.browser FOLDER`: the gallery of all screens (see `gallery.py`)."""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.dev"
    django.setup()
    from .gallery import main

    main()
