"""Candidates: versions of watched pages that may be another page shown in its place, and when one is the page."""
