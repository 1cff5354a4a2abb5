"""The steps of a set-up: each once, again where its content changed, all anew after a kill."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.environment import Environment, Wanted, prepare, split_requirements


@dataclass(frozen=True)
class WithoutInstalling(Environment):
    """An environment whose steps only write down that they were taken; `fail` breaks one of them."""

    taken: list[str] = field(default_factory=list)
    fail: dict[str, BaseException] = field(default_factory=dict)

    @property
    def python(self):
        return Path(sys.executable)

    def _take(self, name):
        self.taken.append(name)
        if name in self.fail:
            raise self.fail[name]

    def _make_venv(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take("environment")

    def _install_torch(self):
        self._take("torch")

    def _install_requirements(self, requirements):
        self._take("comfyui")

    def _install_tools(self):
        self._take("tools")

    def _install_manager(self, beside, asked):
        self._take(f"{asked.read_text(encoding='utf-8')} in {beside.folder.name}")


@pytest.fixture
def environment(tmp_path):
    return WithoutInstalling(tmp_path, tmp_path / "venv")


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "ComfyUI"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch\naiohttp\n", encoding="utf-8")
    return folder


def set_up(environment, tree):
    environment.taken.clear()
    environment.make_base()
    environment.add_comfyui(tree)
    environment.add_tools()
    return environment.taken


def test_the_first_start_takes_every_step_and_the_second_none(environment, tree):
    assert set_up(environment, tree) == ["environment", "torch", "comfyui", "tools"]
    assert set_up(environment, tree) == []


def test_other_requirements_repeat_only_their_own_step(environment, tree):
    set_up(environment, tree)
    (tree / "requirements.txt").write_text("torch\naiohttp\neinops\n", encoding="utf-8")
    assert set_up(environment, tree) == ["comfyui"]


def test_after_a_kill_in_the_middle_the_whole_environment_is_made_again(environment, tree, capsys):
    environment.fail["comfyui"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        set_up(environment, tree)
    (environment.folder / "half a package").touch()
    environment.fail.clear()
    assert set_up(environment, tree) == ["environment", "torch", "comfyui", "tools"]
    assert not (environment.folder / "half a package").exists()
    assert "half made" in capsys.readouterr().out


def test_after_a_failure_in_good_order_only_what_is_missing_is_made(environment, tree):
    environment.fail["comfyui"] = Problem("no network")
    with pytest.raises(Problem):
        set_up(environment, tree)
    environment.fail.clear()
    assert set_up(environment, tree) == ["comfyui", "tools"]


def test_the_media_of_core_s_templates_are_left_out_of_what_is_installed():
    text = "comfyui-frontend-package==1.47.12\ncomfyui-workflow-templates==0.11.27\ntorch\n"
    most, owner = split_requirements(text)
    assert most == "comfyui-frontend-package==1.47.12\ntorch\n"
    assert owner == "comfyui-workflow-templates==0.11.27"


def test_requirements_without_templates_pass_unchanged():
    assert split_requirements("torch\nnumpy\n") == ("torch\nnumpy\n", None)


def test_an_interpreter_without_its_comfyui_is_refused(tmp_path):
    with pytest.raises(Problem, match="--python goes with --comfyui"):
        prepare(Wanted(tmp_path, python=sys.executable))


@pytest.fixture
def own_comfyui(tree):
    (tree / "main.py").touch()
    (tree / "comfy").mkdir()
    return str(tree)


def test_a_frontend_of_another_version_is_installed_once_and_served_from_its_own_folder(environment, monkeypatch):
    installed = []
    monkeypatch.setattr(Environment, "_pip", lambda self, name, arguments: installed.append(arguments[0]))
    served = [environment.add_frontend("1.58.1") for _ in range(2)]
    assert served == [environment.cache / "frontend-1.58.1" / "comfyui_frontend_package" / "static"] * 2
    assert installed == ["comfyui-frontend-package==1.58.1"]


def test_comfyui_manager_is_installed_beside_as_the_comfyui_asks_for_it_and_not_where_it_asks_for_none(
    environment, tree
):
    assert environment.add_manager(tree) is None
    (tree / "manager_requirements.txt").write_text("comfyui_manager==4.2.2", encoding="utf-8")
    environment.add_manager(tree)
    environment.add_manager(tree)
    assert environment.taken == ["comfyui_manager==4.2.2 in venv-manager"]


def test_each_version_of_comfyui_has_an_environment_of_its_own(tmp_path):
    assert Environment.of(tmp_path, "0.27.0").folder.name == f"{Environment.of(tmp_path).folder.name}-comfyui-0.27.0"


def test_another_frontend_is_not_installed_beside_an_interpreter_of_one_s_own(tmp_path, own_comfyui):
    with pytest.raises(Problem, match="nothing is installed: leave one out"):
        prepare(Wanted(tmp_path, comfyui=own_comfyui, python=sys.executable, frontend="1.58.1"))


def test_something_that_is_no_interpreter_is_refused(tmp_path, own_comfyui):
    with pytest.raises(Problem, match="does not run as a Python interpreter"):
        prepare(Wanted(tmp_path, comfyui=own_comfyui, python=str(tmp_path / "nothing")))


def test_an_interpreter_of_one_s_own_is_used_as_it_is(tmp_path, own_comfyui):
    host = prepare(Wanted(tmp_path, comfyui=own_comfyui, python=sys.executable))
    assert (host.comfyui, host.python) == (Path(own_comfyui), Path(sys.executable))
    assert not list(tmp_path.glob("venv*"))


def test_what_an_interpreter_lacks_is_named(tmp_path, own_comfyui, monkeypatch):
    monkeypatch.setattr("denoiscope.devtools.environment.missing_modules", lambda python, names: ", ".join(names[:1]))
    with pytest.raises(Problem, match="lacks torch, without which no ComfyUI runs"):
        prepare(Wanted(tmp_path, comfyui=own_comfyui, python=sys.executable))


def test_a_wrong_comfyui_is_refused_before_anything_is_installed(tmp_path):
    with pytest.raises(Problem, match="is not a ComfyUI"):
        prepare(Wanted(tmp_path, comfyui=str(tmp_path)))
    assert not list(tmp_path.glob("venv*"))
