//! A service without a domain: configuration, telemetry, identity, errors at the edge, health, drain.
