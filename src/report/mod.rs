//! Results as text, JSON, Markdown, JUnit, SARIF and GitHub annotations.
