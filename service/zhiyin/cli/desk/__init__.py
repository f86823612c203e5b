"""``zhiyin desk``: makes a desk, opens accounts, works on its queue, and proves, backs up and restores what it keeps."""

from zhiyin.cli.desk import making, people, proof, upkeep
from zhiyin.cli.desk.group import command

__all__ = ["command", "making", "people", "proof", "upkeep"]
