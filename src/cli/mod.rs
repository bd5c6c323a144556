//! The command line: arguments to workspace calls to reports.
