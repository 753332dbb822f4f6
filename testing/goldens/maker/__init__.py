"""Makes the golden inputs and their digests. Start at ../make_goldens.py."""
