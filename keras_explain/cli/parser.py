"""What can be typed: the commands, their options and their help."""

import argparse
import sys

from keras_explain.cli import audit, compare, compare_methods, demo, explain, layers, page, visualize
from keras_explain.visual.text import one_line

_COMMANDS = {
    "explain": explain,
    "audit": audit,
    "compare-methods": compare_methods,
    "compare": compare,
    "layers": layers,
    "visualize": visualize,
    "page": page,
    "demo": demo,
}
_EXAMPLES = {
    None: """\
  keras-explain layers model.keras
  keras-explain explain model.keras photo.jpg
  keras-explain visualize model.keras --target 281""",
    "explain": """\
  keras-explain explain model.keras photo.jpg
  keras-explain explain model.keras photos/ 'more/**/*.png' --out why/
  keras-explain explain model.keras photo.jpg --method grad_cam --method guided_grad_cam
  keras-explain explain model.keras photo.jpg --target tabby --class-names labels.txt
  keras-explain explain model.keras photo.jpg --target top3 --scale -1..1
  keras-explain explain unet.keras photo.jpg --region mask.png --target 2 --method grad_cam
  keras-explain explain resnet.keras photo.jpg --scale resnet50""",
    "audit": """\
  keras-explain audit model.keras photos/ --out audit/
  keras-explain audit model.keras photos/ --class-names labels.txt --method cam --regions masks/
  keras-explain audit model.keras photos/ --ray local --workers 4""",
    "compare-methods": """\
  keras-explain compare-methods model.keras photos/ --out methods.png
  keras-explain compare-methods model.keras photos/ --method cam --method saliency --measure class
  keras-explain compare-methods model.keras classes/ --class-names labels.txt""",
    "compare": """\
  keras-explain compare old.keras new.keras photos/ --out changes.png
  keras-explain compare old.keras new.keras classes/ --class-names labels.txt --json""",
    "layers": """\
  keras-explain layers model.keras
  keras-explain layers model.keras --custom-objects my_layers""",
    "visualize": """\
  keras-explain visualize model.keras --target 281
  keras-explain visualize model.keras --target tabby --target 3 --class-names labels.txt --out classes.png
  keras-explain visualize model.keras --target 281 --recipe natural --bounds 0 255 --seed 1
  keras-explain visualize model.keras --layer conv5 --channel 3 --channel 7""",
    "page": """\
  keras-explain page logs/
  keras-explain page logs/ --out runs.html""",
    "demo": "  keras-explain demo",
}
_EXIT_CODES = "exit code: 0 if all went well, 1 if something could not be done, 2 if the command was wrong"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message):
        self.exit(2, f"keras-explain: error: {one_line(message)}; see {self.prog} --help\n")


class _Version(argparse.Action):
    """Prints the version, which takes its time to find, only if it is asked for."""

    def __call__(self, parser, namespace, values, option_string=None):
        import importlib.metadata

        try:
            version = importlib.metadata.version("keras-explain-cnn")
        except importlib.metadata.PackageNotFoundError:
            version = "(not installed, run from a clone)"
        print(f"{parser.prog} {version}")
        parser.exit()


def parse(arguments=None):
    """Returns the options that were typed; `run` is the command's function.

    Args:
        arguments: What was typed after the program's name; that of this process by default.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for i, (name, value) in enumerate(zip(arguments, arguments[1:])):
        if name == "--scale" and value.startswith("-") and ".." in value:  # argparse takes it for an option
            arguments[i : i + 2] = [f"{name}={value}"]
            break
    return _parser().parse_args(arguments)


def _parser():
    parser = _new(_Parser, None, prog="keras-explain", description="Shows why a Keras network decides as it does.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="command", dest="command", required=True)
    for name, command in _COMMANDS.items():
        description = command.__doc__
        added = _new(commands.add_parser, name, name, description=description, help=_decapitalized(description))
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return parser


def _new(make, name, *arguments, **options):
    epilog = f"examples:\n{_EXAMPLES[name]}\n\n{_EXIT_CODES}"
    return make(*arguments, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter, **options)


def _decapitalized(text):
    return text[0].lower() + text[1:].rstrip(".\n")
