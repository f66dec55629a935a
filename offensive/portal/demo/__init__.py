"""A demonstration programme of any size: all companies and people are fictional, and named so."""
