"""A release published elsewhere: as files that any host of static files can serve."""
