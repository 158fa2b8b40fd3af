//! Journeys, isolation, faults, rebuild and pages, on the real services.
