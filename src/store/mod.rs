//! Files: what may be read, atomic saves, the recovery journal, watching.
