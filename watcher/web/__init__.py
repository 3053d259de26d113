"""The pages, feeds and answers for programs: what anybody may read of what was announced. They change nothing."""
