"""Appointments: the citizen interface of the open ZMS (it-at-m/eappointment, `zmscitizenapi`) over SQLite."""
