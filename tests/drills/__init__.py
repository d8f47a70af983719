"""Drills: real processes that are killed at random moments, over and over; `make drill` runs them at full size."""
