"""The page of a job that goes on beside the pages."""
