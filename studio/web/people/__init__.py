"""The people page: who may use the studio, and what each may do."""
