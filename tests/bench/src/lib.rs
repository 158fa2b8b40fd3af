//! Load generators, each beside the ceiling or peer that it is measured against.
