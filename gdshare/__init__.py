"""gdshare 一网共享."""
