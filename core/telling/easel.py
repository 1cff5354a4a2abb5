"""Draws the views of a deck one after another, in the order in which a person looks, and says what there is so far."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..recording.deck import Deck
from ..showing.rendering import Decoder, Rendered, render
from ..showing.sheets import Sheet, Tile, pack, put_away
from ..showing.views import View, views_of

Place = Callable[[View, Sheet], object]
"""Puts a sheet away; may be given a view's sheets twice, quick ones and those that stay."""
QUICK_FIRST = ("x0", "x")
"""What is drawn before anything is decoded, where somebody looks on and there is a quick way."""
FREE = ("x_raw", "channels", "difference")
"""What no VAE decodes."""


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """Somebody who sees a deck grow. `quick` draws the first pictures, None where there is no quick way; `tell` takes
    the payload so far.
    """

    quick: Decoder | None
    tell: Callable[[dict], None]


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
            self.drawn[view.id] = self._finished(view, decoder_for(view))
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

    def _draw(self, view: View, decoder: Decoder) -> Drawn:
        rendered = render(self.deck, view, decoder)
        sheets = pack(rendered, self.tile, self.deck.frames, on_picture=self.on_picture)
        return Drawn(rendered=rendered, sheets=put_away(sheets, view, self.place))


TO_COME = Decoder(decode=lambda latents: latents, source="vae")
"""Stands in for the decoder of a view whose turn has not come; nothing is decoded with it."""


def drawing_order(deck: Deck, first: str) -> list[View]:
    """First what is looked at first, then the guess, then what costs nothing, then the rest."""
    return _named(deck, [first, "x0", *FREE, *(view.id for view in views_of(deck))])


def _named(deck: Deck, ids: Iterable[str]) -> list[View]:
    """Those of the deck's views that are named, in that order, each once."""
    views = {view.id: view for view in views_of(deck)}
    return [views[name] for name in dict.fromkeys(ids) if name in views]
