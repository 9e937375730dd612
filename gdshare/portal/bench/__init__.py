"""`manage.py bench`: what the portal does a second on this machine, beside what the database alone does."""
