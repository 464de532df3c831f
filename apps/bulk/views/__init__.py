"""The pages of bulk runs."""

from apps.bulk.views.decisions import (
    confirm,
    drop,
    include,
    pause,
    recheck,
    resume,
    retry,
    schedule,
    stop,
    undo,
    unschedule,
)
from apps.bulk.views.run_list import chip, run_list
from apps.bulk.views.run_page import result_file, result_workbook, run_page
from apps.bulk.views.starting import StartView

__all__ = [
    "StartView",
    "chip",
    "confirm",
    "drop",
    "include",
    "pause",
    "recheck",
    "result_file",
    "result_workbook",
    "resume",
    "retry",
    "run_list",
    "run_page",
    "schedule",
    "stop",
    "undo",
    "unschedule",
]
