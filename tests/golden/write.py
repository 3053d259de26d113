"""Write the golden files anew: `.venv/bin/python -m tests.golden.write`. Read the difference before it is committed."""

from tests.golden.cases import CASES
from tests.golden.channels import CHANNELS, golden_file, render

COMMAND = ".venv/bin/python -m tests.golden.write"


def write_all() -> None:
    """Every file, as the product renders it now."""
    for case in CASES:
        for channel in CHANNELS:
            golden_file(case, channel).write_text(render(case, channel), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
