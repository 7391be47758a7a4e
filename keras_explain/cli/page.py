"""Write what was logged while a model trained as a page to explore in a browser."""

from keras_explain.cli.output import say
from keras_explain.visual.text import written_out


def add_arguments(parser):
    """Adds the command's arguments."""
    parser.add_argument("logs", metavar="LOGS", help="the log_dir of an ExplanationLogger, or a folder of several")
    parser.add_argument(
        "--out", default="training.html", metavar="FILE", help="the page; training.html by default, replaced if one"
    )


def run(options):
    """Writes the page and tells what isn't on it; returns the exit code."""
    from keras_explain.tensorboard_page.written import write_log_page

    for sentence in write_log_page(options.logs, options.out):
        say(written_out(sentence))
    say(f"the page is '{written_out(options.out)}'.")
    return 0
