"""A database file that is encrypted as a whole: SQLCipher, as a database of Django's."""
