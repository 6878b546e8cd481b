"""Collection calendars by the iCalendar standard (RFC 5545): one address for each zone of the city."""
