"""The pages, feeds and answers for programs: what anybody may read, and what a signed link lets its reader change."""
