"""Releases: immutable directories named by the hash of what they hold."""
