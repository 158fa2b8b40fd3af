//! Read models, ReportingService and the dashboards.
