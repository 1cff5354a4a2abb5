"""Draws the views of a deck one after another, in the order in which a person looks, and says what there is so far."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from torch import Tensor

from ..recording.deck import Deck
from ..showing.rendering import Decoder, Rendered, Spot, fit, pictures_at, places_of, render
from ..showing.sheets import Sheet, Tile, pack, put_away
from ..showing.views import View, views_of
from .sharpening import looked_at_first, pieces

Place = Callable[[View, Sheet], object]
"""Puts a sheet away; may be given a view's sheets twice, quick ones and those that stay."""
QUICK_FIRST = ("x0", "x")
"""What is drawn before anything is decoded, where somebody looks on and there is a quick way."""
PATIENCE = 2.0
"""Seconds for which nobody minds to wait for all of a view; what takes longer is shown piece by piece."""
FREE = ("x_raw", "channels", "difference")
"""What no VAE decodes."""


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """Somebody who sees a deck grow. `quick` draws the first pictures, None where there is no quick way; `tell` takes
    the payload so far; `patience` is how many seconds the open view may take to be sharpened as a whole.
    """

    quick: Decoder | None
    tell: Callable[[dict], None]
    patience: float = PATIENCE


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A view as far as it has been drawn. `drawing`: whether it will come yet, or become better."""

    rendered: Rendered
    sheets: list[dict]
    drawing: bool = False

    def stays(self, why: str | None) -> "Drawn":
        return replace(self, rendered=replace(self.rendered, why=why), drawing=False)


class Easel:
    """The views of one deck, their pictures of one size."""

    def __init__(self, deck: Deck, tile: Tile, place: Place, on_picture: Callable[[], None]):
        self.deck, self.tile, self.place, self.on_picture = deck, tile, place, on_picture
        self.drawn: dict[str, Drawn] = {}

    def stages(
        self, decoder_for: Callable[[View], Decoder], onlooker: Onlooker | None, *, first: str
    ) -> Iterator[list[Drawn]]:
        """The views in the order of the deck, as they are after each that was drawn, `first` before all others.
        `decoder_for` is asked when the view's turn has come.
        """
        if onlooker:
            self._sketch(onlooker)
            yield self._views()
        for view in drawing_order(self.deck, first):
            decoder, looks_on = decoder_for(view), onlooker if view.id == first else None
            for drawn in self._sharpened(view, decoder, looks_on) if looks_on else (self._finished(view, decoder),):
                self.drawn[view.id] = drawn
                if len(self.drawn) == len(views_of(self.deck)):
                    yield self._views()

    def _views(self) -> list[Drawn]:
        return [self.drawn[view.id] for view in views_of(self.deck)]

    def _sketch(self, onlooker: Onlooker) -> None:
        """What is to come of each view, and quick pictures of those that are looked at first."""
        for view in views_of(self.deck):
            rendered = render(self.deck, view, TO_COME)
            self.drawn[view.id] = Drawn(rendered=rendered, sheets=[], drawing=not rendered.absent)
        if quick := onlooker.quick:
            for view in _named(self.deck, QUICK_FIRST):
                drawn = self._draw(view, quick)
                self.drawn[view.id] = replace(drawn, drawing=not drawn.rendered.absent)

    def _finished(self, view: View, decoder: Decoder) -> Drawn:
        """Drawn as it stays; where the quick pictures are of the same kind they are it."""
        so_far = self.drawn.get(view.id)
        if so_far and so_far.sheets and so_far.rendered.source == decoder.source:
            return so_far.stays(decoder.why)
        return self._draw(view, decoder)

    def _sharpened(self, view: View, decoder: Decoder, onlooker: Onlooker) -> Iterator[Drawn]:
        """The open view, its last guesses decoded first: as a whole where the rest will not take long, else piece by
        piece over the quick pictures.
        """
        quick = self.drawn[view.id]
        if not quick.sheets or decoder.source != "vae":
            yield self._finished(view, decoder)
            return
        rendered, ahead = render(self.deck, view, decoder), looked_at_first(self.deck)
        started = time.monotonic()
        known = dict(zip(ahead, map(self._fitted, pictures_at(self.deck, view, decoder, ahead)), strict=True))
        rest = len(places_of(self.deck)) - len(ahead)
        if (time.monotonic() - started) / len(ahead) * rest <= onlooker.patience:
            yield self._packed(replace(rendered, pictures=lambda: self._pictures(view, decoder, known)))
            return
        done: list[dict] = []
        for piece in [*([place] for place in ahead), *pieces(self.deck, ahead)]:
            done += self._piece(rendered, piece, partial(self._some, view, decoder, piece, known))
            yield replace(quick, sheets=[*done, *quick.sheets])
        yield Drawn(rendered=rendered, sheets=sorted(done, key=lambda sheet: sheet["first"]))

    def _pictures(self, view: View, decoder: Decoder, known: dict[Spot, Tensor | None]) -> Iterator:
        """Every picture of a view, those that are known not decoded again."""
        others = pictures_at(self.deck, view, decoder, [place for place in places_of(self.deck) if place not in known])
        return (known[place] if place in known else next(others) for place in places_of(self.deck))

    def _some(self, view: View, decoder: Decoder, piece: list[Spot], known: dict) -> Iterator:
        known_here = [known[place] for place in piece if place in known]
        return iter(known_here) if known_here else pictures_at(self.deck, view, decoder, piece)

    def _piece(self, rendered: Rendered, piece: list[Spot], pictures: Callable[[], Iterator]) -> list[dict]:
        """The sheets of a few states that follow one another."""
        first = places_of(self.deck).index(piece[0]) * self.deck.frames
        sheets = pack(replace(rendered, pictures=pictures), self.tile, self.deck.frames, on_picture=self.on_picture)
        moved = (replace(sheet, first=sheet.first + first) for sheet in sheets)
        return put_away(moved, rendered.view, self.place)

    def _fitted(self, picture: Tensor | None) -> Tensor | None:
        return None if picture is None else fit(picture, self.tile.height, self.tile.width, smooth=True)

    def _draw(self, view: View, decoder: Decoder) -> Drawn:
        return self._packed(render(self.deck, view, decoder))

    def _packed(self, rendered: Rendered) -> Drawn:
        sheets = pack(rendered, self.tile, self.deck.frames, on_picture=self.on_picture)
        return Drawn(rendered=rendered, sheets=put_away(sheets, rendered.view, self.place))


TO_COME = Decoder(decode=lambda latents: latents, source="vae")
"""Stands in for the decoder of a view whose turn has not come; nothing is decoded with it."""


def drawing_order(deck: Deck, first: str) -> list[View]:
    """First what is looked at first, then the guess, then what costs nothing, then the rest."""
    return _named(deck, [first, "x0", *FREE, *(view.id for view in views_of(deck))])


def _named(deck: Deck, ids: Iterable[str]) -> list[View]:
    """Those of the deck's views that are named, in that order, each once."""
    views = {view.id: view for view in views_of(deck)}
    return [views[name] for name in dict.fromkeys(ids) if name in views]
