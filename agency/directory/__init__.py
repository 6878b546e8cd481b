"""The service directory: an Open Referral HSDS 3 server over SQLite."""
