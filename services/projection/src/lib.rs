//! Read models, ReportingService and the dashboards.

pub mod pages;
