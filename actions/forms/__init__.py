"""What every form shares; docs/forms.md tells how to write one."""
