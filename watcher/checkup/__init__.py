"""The examination of an installation, which `watcher doctor` prints: one module for what each part needs to be well."""
