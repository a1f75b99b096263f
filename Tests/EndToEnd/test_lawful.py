"""One story for each branch of the lawful process, in a real browser, on both engines, in both languages."""

import datetime
import re

import pytest

from county import UNIT, accept, decide, follow, on_matter, open_details, sign_in, today, write_letter
from harness import BINARY
from lawful import (
    COMMITTEE, ask_review, as_staff, codes, decide_review, due, fill, in_hand, matter, opened, phase_of, read, reply, send)

ANSWER = "您反映的路灯，缺的是电缆，六盏灯都要换。"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("way", [dict(engine="sqlite", lang="zh-Hans"), dict(engine="postgres", lang="en", script=False)],
                         ids=["zh-sqlite", "en-postgres-no-script"])
def test_supported_executed_and_only_then_closed(way, counties, open_page, axe):
    county = counties(way["engine"])
    options = dict(lang=way["lang"], script=way.get("script", True))
    resident, desk = open_page(county, **options), open_page(county, **options)
    number, code = in_hand(county, resident, desk)
    until = str(today() + datetime.timedelta(days=5))
    reply(desk, number, "solved", ANSWER, execution="promised", executionDue=until)
    text = read(resident, number, code)
    assert ANSWER in text
    if options["script"]:
        assert axe(resident, "an opinion letter") == []
    resident.locator("form[action='/matter/judge'] [name=outcome][value=solved]").check()
    resident.locator("form[action='/matter/judge'] button[type=submit]").click()
    # It does not close before there is proof.
    as_staff(desk, county, "supervisor")
    matter(desk, number)
    assert on_matter(desk, "close").count() == 0 and phase_of(county, number) == "judged"
    as_staff(desk, county, "handler", UNIT)
    form = opened(desk, number, "settle-promise")
    form.locator("[name=end][value=kept]").check()
    fill(form, proof="六盏灯全部更换，来信人到场看过。")
    send(form)
    assert "来信人到场看过" in read(resident, number, code)
    as_staff(desk, county, "supervisor")
    matter(desk, number)
    close = on_matter(desk, "close")
    fill(close, reason="已执行，有验收记录。")
    send(close)
    assert phase_of(county, number) == "closed"
    assert county.store.run("verify").returncode == 0
    assert resident.complaints == [] and desk.complaints == []


@pytest.mark.timeout(90)
def test_explained_with_the_last_day_of_the_remedy(counties, open_page):
    county = counties()
    resident, desk = open_page(county, width=390), open_page(county)
    number, code = in_hand(county, resident, desk)
    reply(desk, number, "explained", "这条路还没有移交，今年不能换，先加临时灯。")
    text = read(resident, number, code)
    last = datetime.date.fromisoformat(due(today(), "--calendar-days", "30", "--roll"))
    assert f"{last.month} 月 {last.day} 日" in text, "the last day for asking for a review is shown"


@pytest.mark.timeout(170)
def test_refused_reviewed_twice_final_and_a_new_matter(counties, open_page, axe):
    county = counties("postgres")
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    reply(desk, number, "notSupported", "依现行规定不能支持。")
    read(resident, number, code)
    resident.goto("/matter/review")
    assert axe(resident, "asking for a review") == []
    ask_review(resident, "答复没有说依据哪一条。")
    assert phase_of(county, number) == "reviewing"
    # Not the handler, but the body above decides.
    matter(desk, number)
    assert desk.locator("#act-review").count() == 0
    as_staff(desk, county, "reviewer")
    decide_review(desk, number, "maintain")
    assert "原处理意见的结论可以成立" in read(resident, number, code)
    ask_review(resident, "还是不服，请求复核。")
    # The second one is decided outside the county; its clock stands still for a hearing, and only for that.
    as_staff(desk, county, "reviewer", COMMITTEE)
    form = opened(desk, number, "call-hearing")
    fill(form, on=str(today() + datetime.timedelta(days=3)), notice="县文化馆二楼，上午九点，就更换依据听证。")
    send(form)
    assert county.in_store(
        "SELECT COUNT(*) FROM jiaxin.events e JOIN jiaxin.cases c ON c.id = e.stream_id "
        f"WHERE c.number = '{number}' AND e.kind = 'paused'") == ["1"]
    form = opened(desk, number, "hearing")
    fill(form, list="来信人、承办单位、听证主持人", minutes="双方各自陈述，质证了养护合同。")
    send(form)
    decide_review(desk, number, "maintain", body="复核后予以维持，本决定为终结意见。")
    text = read(resident, number, code)
    assert "终结意见" in text and phase_of(county, number) == "concluded"
    assert resident.locator("#ask-review").count() == 0, "nothing is offered that cannot be had"
    resident.locator(".final a").first.click()
    resident.fill("[name=body]", "又有了新的证据：找到了移交协议，请重新看。")
    assert number in resident.content(), "the new letter refers to the old matter"
    assert county.store.run("verify").returncode == 0
    assert resident.complaints == [] and desk.complaints == []


@pytest.mark.timeout(120)
def test_sent_back_and_not_answered_with_the_same_words(counties, open_page):
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    old = "经查，该路灯属于老旧线路，本年度没有列入改造计划，请您耐心等待下一年度的安排。"
    reply(desk, number, "notSupported", old)
    read(resident, number, code)
    ask_review(resident, "没有说依据。")
    as_staff(desk, county, "reviewer")
    decide_review(desk, number, "redo", body="遗漏了第二项请求，责令重新作出处理意见。")
    as_staff(desk, county, "handler", UNIT)
    reply(desk, number, "notSupported", old.replace("耐心", "安心"))
    assert phase_of(county, number) == "inHand"
    assert on_matter(desk, "reply").locator("[name=body]").input_value().startswith("经查"), "the words are kept"
    reply(desk, number, "solved", "已安排六月三日更换，当天完成，逾期书面说明。", execution="done")
    assert phase_of(county, number) == "replied"


@pytest.mark.timeout(120)
def test_objection_goes_up_the_ladder(counties, open_page, axe):
    county = counties()
    resident, desk = open_page(county), open_page(county, lang="en")
    number, _ = write_letter(resident)
    as_staff(desk, county, "dispatcher")
    matter(desk, number)
    desk.locator("#act-dispatch details summary").first.click()
    form = desk.locator("#act-dispatch form:has(#dispatch-unit)")
    form.locator("#dispatch-unit").select_option(label="Transport Bureau")
    send(fill(form, reason="路面归口"))
    as_staff(desk, county, "handler", "县交通运输局")
    form = opened(desk, number, "accept", "object")
    if not form.is_visible():
        desk.locator("#act-accept details summary").last.click()
    fill(form, reason="路灯不归我局，见三定方案第七条。", evidence="三定方案第七条复印件")
    send(form)
    assert phase_of(county, number) == "objected"
    as_staff(desk, county, "dispatcher")
    for _ in range(2):
        form = opened(desk, number, "rule-objection", "raise-dispute")
        if not form.is_visible():
            desk.locator("#act-rule-objection details:has(form[action$='/raise-dispute']) summary").click()
        fill(form, reason="两家意见不一致，请上一步定。")
        send(form)
    # The superior's word is another person's, and the conference's a meeting's: nothing to press here meanwhile.
    assert axe(matter(desk, number), "a dispute at the joint conference") == []
    assert on_matter(desk, "rule-objection").count() == 0
    as_staff(desk, county, "supervisor")
    meet(desk, number, "City Management Bureau")
    as_staff(desk, county, "dispatcher")
    rule = on_matter(matter(desk, number), "rule-objection")
    rule.locator("[name=conference]").select_option(index=1)
    rule.locator("[name=ruling][value=uphold]").check()
    rule.locator("[name=unit]").select_option(label="City Management Bureau")
    fill(rule, reason="联席会议定：由城管局办理。")
    send(rule)
    assert phase_of(county, number) == "dispatched"
    assert "joint conference" in desk.inner_text("#timeline, main")


def meet(desk, number, unit):
    """A meeting of the joint conference, held today, that says who answers for a matter."""
    desk.goto("/supervision/conferences/new")
    form = desk.locator("form[action='/supervision/conferences/new']")
    fill(form, on=str(today()), place="三楼会议室")
    form.get_by_label(unit, exact=True).check()
    send(form)
    form = desk.locator("form[action$='/item']")
    if not form.is_visible():
        desk.locator("details:has(form[action$='/item']) summary").click()
    send(fill(form, title="路灯归谁管", number=number))
    form = desk.locator("form[action$='/hold']")
    if not form.is_visible():
        desk.locator("details:has(form[action$='/hold']) summary").click()
    send(form)
    form = desk.locator("form[action$='/decide']")
    if not form.is_visible():
        desk.locator("details:has(form[action$='/decide']) summary").click()
    fill(form, text="由城管局负责到底。", due=str(today() + datetime.timedelta(days=9)))
    for name in ("owner", "responsible"):
        form.locator(f"[name={name}]").select_option(label=unit)
    send(form)


@pytest.mark.timeout(120)
def test_what_a_review_changes_is_carried_out_and_only_its_head_gives_it_up(counties, open_page):
    county = counties("postgres")
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    reply(desk, number, "notSupported", ANSWER)
    read(resident, number, code)
    ask_review(resident, "没有说依据。")
    as_staff(desk, county, "reviewer")
    form = opened(desk, number, "review")
    until = str(today() + datetime.timedelta(days=6))
    form.locator("[name=outcome][value=maintain]").check()
    assert not form.locator("[name=execution]").first.is_visible(), "what stands changes nothing"
    form.locator("[name=outcome][value=change]").check()
    fill(form, facts="调取材料并听取双方说明。", body="改为予以支持，限期换灯。", basis="《信访工作条例》第三十五条")
    send(form)
    assert phase_of(county, number) == "reviewing", "it must say how it is carried out"
    form = on_matter(desk, "review")
    form.locator("[name=execution][value=promised]").check()
    send(fill(form, executionDue=until, executionText="六盏灯换新"))
    assert phase_of(county, number) == "reviewed"
    assert "六盏灯换新" in read(resident, number, code)
    as_staff(desk, county, "handler", UNIT)
    form = opened(desk, number, "settle-promise")
    assert form.locator("[name=end][value=withdrawn]").count() == 0, "not the handler's to give up"
    as_staff(desk, county, "approver", UNIT)
    form = opened(desk, number, "settle-promise")
    form.locator("[name=end][value=withdrawn]").check()
    send(fill(form, proof="道路改线，灯杆已拆除，另行安装。"))
    assert "灯杆已拆除" in read(resident, number, code)
    assert county.store.run("verify").returncode == 0
    assert resident.complaints == [], "the desk has met the refusal that it asked for"


@pytest.mark.timeout(120)
def test_several_units_one_reply_both_sides_rated(counties, open_page):
    county = counties("postgres")
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    form = opened(desk, number, "helper")
    form.locator("[name=unit]").select_option(label="县交通运输局")
    fill(form, ask="请提供养护合同", due=str(today() + datetime.timedelta(days=4)))
    send(form)
    as_staff(desk, county, "handler", "县交通运输局")
    form = opened(desk, number, "help-answer")
    fill(form, text="合同附后，路段 2024 年移交。")
    send(form)
    form = opened(desk, number, "rate-helper")
    form.locator("[name=rating][value=good]").check()
    send(form)
    as_staff(desk, county, "handler", UNIT)
    form = opened(desk, number, "rate-helper")
    form.locator("[name=rating][value=good]").check()
    send(form)
    reply(desk, number, "solved", ANSWER, execution="done")
    text = read(resident, number, code)
    assert text.count(ANSWER) == 1 and "合同附后" not in text, "one signed reply, and no inner correspondence"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("decision", ["extend", "refuse"])
def test_more_time_is_asked_decided_and_told(decision, counties, open_page):
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk)
    before = county.in_store(f"SELECT due_on FROM cases WHERE number = '{number}'")[0]
    form = opened(desk, number, "ask-extension")
    fill(form, length="20", reason="等检测报告。")
    send(form)
    as_staff(desk, county, "approver", UNIT)
    desk.goto("/desk/queue/to-extend")
    assert number in desk.inner_text("main")
    form = opened(desk, number, "extension")
    form.locator(f"[name=decision][value={decision}]").check()
    fill(form, length="20", reason="检测周期长，同意。" if decision == "extend" else "检测已完成，按期办结。")
    send(form)
    after = county.in_store(f"SELECT due_on FROM cases WHERE number = '{number}'")[0]
    days = (datetime.date.fromisoformat(after) - datetime.date.fromisoformat(before)).days
    text = read(resident, number, code)
    assert days == (20 if decision == "extend" else 0)
    assert ("检测周期长" in text) == (decision == "extend"), "more time is told with its reason"


@pytest.mark.timeout(120)
def test_a_group_has_five_speakers_and_everybody_a_code(counties, open_page, axe):
    county = counties()
    desk = open_page(county)
    sign_in(desk, county, "receptionClerk")
    desk.goto("/desk/new")
    desk.check("[name=channel][value=visit]")
    desk.fill("#desk-form [name=name]", "甲女士")
    desk.fill("#desk-form [name=phone]", "13800000101")
    desk.fill("#desk-form [name=body]", "我们楼二十户的供暖从上月起不热，请派人来看。")
    desk.fill("#desk-form [name=place]", "钟楼街 12 号")
    desk.check("[name=urgency][value=normal]")
    desk.check("[name=readBack]")
    desk.locator(".wb-group-visit summary").click()
    desk.fill("[name=groupSize]", "20")
    fields = desk.locator("[name^=repName]")
    speakers = fields.count()
    assert speakers == 4, "with the one who tells it, five speak for all"
    for index in range(speakers):
        fields.nth(index).fill(f"代表{index + 2}")
    desk.fill("[name=members]", "住户六，13800000106\n住户七，13800000107")
    desk.locator("button[name=step][value=save]:not([aria-hidden])").first.click()
    shown = desk.inner_text("main")
    found = set(codes(desk))
    assert len(found) == 1 + speakers + 2, shown
    number = re.search(r"\d{4}-\d{4,}-\d", shown).group()
    other = open_page(county, width=390)
    for code in sorted(found)[:3]:
        follow(other, number, code)
    assert county.in_store(f"SELECT group_size, reporters FROM cases WHERE number = '{number}'") == ["20"]


@pytest.mark.timeout(90)
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_another_route_is_told_and_only_then_closed(lang, counties, open_page, axe):
    county = counties("postgres" if lang == "en" else "sqlite")
    resident, desk = open_page(county, width=390, lang=lang), open_page(county, lang=lang)
    number, code = write_letter(resident)
    sign_in(desk, county, "dispatcher")
    matter(desk, number)
    form = opened(desk, number, "triage")
    decide(form, route="litigation", reason="法院已经立案", organ="县人民法院诉讼服务中心", words="材料替您留着。")
    send(form)
    assert phase_of(county, number) == "routed"
    as_staff(desk, county, "supervisor")
    matter(desk, number)
    close = on_matter(desk, "close")
    fill(close, reason="已告知")
    send(close)
    assert phase_of(county, number) == "routed", "nobody is sent away without having been told"
    text = read(resident, number, code)
    assert "县人民法院诉讼服务中心" in text and "法院已经立案" not in text
    assert axe(resident, "told another route") == []
    matter(desk, number)
    close = on_matter(desk, "close")
    fill(close, reason="已告知诉讼途径")
    send(close)
    assert phase_of(county, number) == "closed"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_procedure_of_another_law_with_its_limit(lang, counties, open_page, axe, tmp_path):
    """Art. 31 (4): the limit of that law is told, and its last day where the first one is known."""
    county = counties("sqlite" if lang == "en" else "postgres")
    resident, desk = open_page(county, width=390, lang=lang), open_page(county, lang=lang, width=390)
    number, code = write_letter(resident)
    sign_in(desk, county, "dispatcher")
    form = opened(desk, number, "triage")
    assert not form.locator(".wb-procedure").is_visible(), "asked where a route has procedures"
    decide(form, route="administrative", reason="对处罚决定不服", organ="清河县人民政府")
    assert form.locator(".wb-procedure").is_visible()
    began = today() - datetime.timedelta(days=10)
    form.locator("[name=procedure]").select_option("SJ-LEAD")
    fill(form, procedureFrom=str(began))
    send(form)
    form = desk.locator("#act-triage form").first
    assert form.locator(".field-error").first.is_visible() and phase_of(county, number) == "registered"
    assert form.locator("[name=reason]").input_value() == "对处罚决定不服"
    assert axe(desk, "a procedure of another route") == []
    form.locator("[name=procedure]").select_option("FY-DECIDE")
    send(form)
    assert phase_of(county, number) == "routed"
    last = datetime.date.fromisoformat(due(began, "--calendar-days", "60"))
    shown = f"{last.month} 月 {last.day} 日" if lang == "zh-Hans" else f"{last.day} {last:%B}"
    text = read(resident, number, code)
    assert shown in text and ("第 62 条" if lang == "zh-Hans" else "article 62") in text, text
    assert axe(resident, "told a procedure and its limit") == []
    resident.goto("/matter/document/routeNotice")
    text = resident.inner_text("main")
    assert shown in text and ("程序和期限" if lang == "zh-Hans" else "Procedure and time limit") in text


@pytest.mark.timeout(120)
def test_whom_it_complains_of_never_meets_it(counties, open_page):
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, _ = in_hand(county, resident, desk)
    as_staff(desk, county, "dispatcher")
    form = opened(desk, number, "accused")
    form.locator("[name=unit]").select_option(label=UNIT)
    fill(form, reason="来信投诉该单位的收费")
    send(form)
    assert phase_of(county, number) == "registered"
    as_staff(desk, county, "handler", UNIT)
    assert desk.goto(f"/desk/matter/{number}").status == 404
    for queue in ["unit", "mine", "incoming", "overdue", "soon"]:
        desk.goto(f"/desk/queue/{queue}")
        assert number not in desk.content()
    desk.goto(f"/desk/search?q={number}")
    assert desk.locator(f"main a[href*='{number}']").count() == 0


@pytest.mark.timeout(90)
def test_a_suggestion_is_adopted_in_part(counties, open_page):
    county = counties()
    resident, desk = open_page(county), open_page(county)
    number, code = in_hand(county, resident, desk, sort="suggestion")
    matter(desk, number)
    form = on_matter(desk, "reply")
    form.locator("[name=adoption][value=partlyAdopted]").check()
    if form.locator("[name=outcome][value=partly]").count():
        form.locator("[name=outcome][value=partly]").check()
    form.locator("[name=body]").fill("您的建议采纳两条，第三条明年再议。")
    form.locator("button[name=step][value=sign]:not([aria-hidden])").click()
    assert phase_of(county, number) == "replied"
    assert "采纳两条" in read(resident, number, code)
