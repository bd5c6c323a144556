//! The screen: app, screens, components, keymap, theme, jobs, terminal.
