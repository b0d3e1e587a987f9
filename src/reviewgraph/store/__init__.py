"""Stores: one small interface over the engine, and the workers that strangers' queries run in."""
