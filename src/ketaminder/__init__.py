"""Ketaminder: supervised ketamine and esketamine treatment, for the clinicians who decide."""

__version__ = "0.1.0"
