"""The demonstration province: invented data, real laws, real verbs. Pure data here; `loading.py` walks the actions."""
