//! Regions by decree, time zones, and the working-day calendar.
