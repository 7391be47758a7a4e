"""The recipes by their names, and their settings from what a user writes."""

import dataclasses

from keras_explain.checks import choices
from keras_explain.errors import OptionError, brief
from keras_explain.methods.synthesis.natural import Natural
from keras_explain.methods.synthesis.plain import Plain

RECIPES = dict(zip(choices.RECIPES, (Plain, Natural)))


def make_recipe(recipe, settings):
    """Returns a recipe: the one given, or the one named with these settings.

    Raises:
        OptionError: If there is no such recipe, or a setting belongs to another one.
    """
    settings = {name: value for name, value in settings.items() if value is not None}
    if isinstance(recipe, tuple(RECIPES.values())) and not settings:
        return recipe
    if not isinstance(recipe, str) or recipe not in RECIPES:
        raise OptionError(
            f'expected recipe="plain" or "natural" with its settings, or a recipe alone, received {brief(recipe)} with '
            f"{', '.join(settings) or 'none'}."
        )
    names = {name: {field.name for field in dataclasses.fields(made)} for name, made in RECIPES.items()}
    strange = [name for name in settings if name not in names[recipe] and name in set().union(*names.values())]
    if strange:
        owners = " or ".join(f'recipe="{owner}"' for owner in names if strange[0] in names[owner])
        raise OptionError(f"{', '.join(f'{name}=' for name in strange)} belong to {owners}; leave them out.")
    return RECIPES[recipe](**settings)
