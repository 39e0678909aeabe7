"""Pleas of our own that no head was trained on: how many are heard, and what only sounds so.

There are no real pleas at hand but two, so recall is known of these alone.
"""

from __future__ import annotations

import pytest

from models.texts import Text
from models.train import synthetic
from models.understanding import Understanding

RUSSIAN = """
Помогите, машину с людьми унесло рекой у брода, трое на крыше
На пятом этаже дым, слышно как кричат дети, пожарных нет
Бабушка упала и не приходит в себя, скорая третий час едет
Мы в горах, снег, бензин на исходе, с нами грудной ребёнок, связь пропадает
Мальчик провалился в колодец во дворе школы, достать не можем
Пахнет газом в подъезде, голова кружится, соседи не открывают
Вода прибывает, мы на чердаке вшестером, нужна лодка
Рухнул потолок в спортзале, внутри были школьники
Оборвало высоковольтный провод, лежит на детской площадке, искрит
Пропала девочка семи лет, ушла из школы и до сих пор её нет
В больнице кончился кислород, люди умирают
Мужчина с ножом ходит по двору и кидается на прохожих
Рабочих засыпало в траншее, двое под землёй
Отравились всем классом, рвота, температура, везите врачей
Горит степь, огонь идёт на посёлок, тушить нечем
Муж избивает соседку, она зовёт на помощь, полиция не едет
""".strip().splitlines()

KAZAKH = """
Көмектесіңіздер, өзен тасып, төрт адам төбеде қалды
Үйіміз өртеніп жатыр, ішінде балалар бар, өрт сөндірушілер келмеді
Әжем құлап есінен танды, жедел жәрдем екі сағаттан бері жоқ
Боранда жолда қалдық, көлікте нәресте бар, жанармай таусылды
Бала құдыққа түсіп кетті, шығара алмай жатырмыз
Газ иісі шығып тұр, адамдар есінен танып жатыр
Су үйдің ішіне кірді, шатырда отырмыз, қайық жіберіңіздер
Мектептің төбесі құлады, астында оқушылар қалды
Ток сымы үзіліп, балалар ойнайтын алаңда жатыр
Жеті жасар қыз жоғалып кетті, кешеден бері таба алмай жатырмыз
Ауруханада оттегі таусылды, науқастар өліп жатыр
Пышақ ұстаған адам көшеде жұртқа тап беріп жүр
Шахтада опырылыс болды, жұмысшылар жер астында
Komektesinizder, su basyp jatyr, balalar shatyrda otyr
Комектесиниздер, уй ортенип жатыр, иште адам бар
Өрт ауылға жақындап қалды, адамдарды көшіріңіздер
""".strip().splitlines()

CALM = """
Умираю со смеху, спасите меня от этих мемов
Горит дедлайн, помогите с отчётом
Цены бьют по голове, народ задыхается от кредитов
Вчера потушили пожар на складе, пострадавших нет
Учения МЧС прошли успешно, условно эвакуировали сто человек
Наша команда тонет на дне таблицы
Соболезнуем родным погибших в аварии
Когда уже отремонтируют дорогу, сколько можно
Спасите наших футболистов от позора
Бағадан өліп барамыз, жалақы жетпейді
Күлкіден жарылып кете жаздадым
Кеше өрт сөндірілді, зардап шеккендер жоқ
Отбасына көңіл айтамыз, иманды болсын
Су қашан беріледі, біреу біле ме
Жол жөндеу қашан бітеді
Құтқарушылар оқу-жаттығу өткізді
""".strip().splitlines()

SURE = 0.5
"""The threshold of boards and alerts."""


def _urgent(understand: Understanding, sentences: list[str]) -> list[str]:
    found = understand([Text(text=sentence) for sentence in sentences])
    return [s for s, each in zip(sentences, found, strict=True) if (each.urgent or 0) >= SURE]


@pytest.mark.parametrize(("sentences", "least"), [(RUSSIAN, 12), (KAZAKH, 14)], ids=["ru", "kk"])
def test_most_pleas_are_heard(understand: Understanding, sentences: list[str], least: int) -> None:
    heard = _urgent(understand, sentences)
    assert len(heard) >= least, sorted(set(sentences) - set(heard))


def test_little_else_sounds_urgent(understand: Understanding) -> None:
    assert len(_urgent(understand, CALM)) <= 2


def test_no_sentence_was_trained_on() -> None:
    own = {
        each.text
        for read in (synthetic.examples, synthetic.answers, synthetic.readers, synthetic.dangers)
        for each in read()
    }
    assert own.isdisjoint([*RUSSIAN, *KAZAKH, *CALM])
