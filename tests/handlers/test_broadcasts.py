"""A broadcast in the officers' hands: written, tried, returned, approved by another, watched."""

from dataclasses import replace

from sqlmodel import select

from knowledge.quiz import bank
from models.audiences import Segment
from models.broadcasts import Broadcast, Kind, Stage
from models.drafts import Draft
from models.people import Grant, Person, Role
from tests.handlers.pushing import (
    APPROVE,
    NEXT,
    SUBMIT,
    TIP,
    at,
    broadcast,
    draft,
    fill,
    opened,
    tips_of,
)


async def test_the_post_writes_the_leader_approves_and_the_town_reads(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await fill(post)
    assert "大家看到的是这样：\n\n【消防提示】今晚有大风\n大风天不烧灰、不烧秸秆。" in post.last
    await post.presses(NEXT)
    assert "状态：草稿" in post.last
    assert "现在发能到 13 人、0 个群或频道（示范镇；" in post.last
    assert "发送：批准后马上" in post.last
    assert "下一步：先发给自己看看" in post.last
    await post.presses(SUBMIT)
    assert "状态：待批准" in post.last
    assert "等另一位同事或领导批准" in post.last
    assert "李干事写了一条，请您看看能不能发" in leader.last
    assert "大风天不烧灰" in leader.last
    assert "能到 13 人" in leader.last
    assert tips_of(granny) == []
    await leader.presses(APPROVE)
    assert "已批准，到点发" in leader.last
    assert post.sees("「今晚有大风」批准了")
    await town.chores()
    assert tips_of(granny) == ["【消防提示】今晚有大风\n大风天不烧灰、不烧秸秆。"]
    assert granny.buttons == ["不再收提示"]
    await town.chores()
    assert post.sees("「今晚有大风」发完了：送达 3 / 13，没送到 10，不确定 0。")  # ten never opened the bot
    await post.presses("看看")
    assert post.sees("▓▓▓▓▓▓▓▓▓▓ 100%")
    assert post.sees("已送达 3 / 共 13")


async def test_a_tip_can_be_tried_on_oneself(town):
    post, granny = await opened(town, "李干事", "王婆婆")
    await draft(post)
    await post.presses("先发给我看看")
    assert post.toasts[-1] == "马上发给您"
    assert "（试发，只有您看得到）\n【消防提示】今晚有大风" in post.last
    assert tips_of(granny) == []


async def test_a_photo_goes_along_and_the_second_person_sees_it_too(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await post.says("/push")
    await post.presses("✍ 写一条")
    await post.says("今晚有大风")
    await post.says("大" * 900)
    await post.sends("photo")
    await post.presses(NEXT)
    assert "（配图 1 张）" in post.last
    await post.presses(SUBMIT)
    asked = town.telegram.calls("sendPhoto")
    assert [call.params["chat_id"] for call in asked] == [1007, leader.phone.id]
    await leader.presses(APPROVE)
    await town.chores()
    (shown,) = (call for call in town.telegram.calls("sendPhoto") if call.params["chat_id"] == granny.phone.id)
    assert shown.params["caption"].startswith("【消防提示】今晚有大风\n大大")
    assert len(shown.params["caption"]) <= 1024


async def test_the_author_cannot_approve_and_finds_no_button_for_it(town):
    (post,) = await opened(town, "李干事")
    await draft(post)
    await post.presses(SUBMIT)
    assert APPROVE not in post.buttons
    await post.says("/approve")
    assert "现在没有等您批准的" in post.last


async def test_who_has_lost_the_notice_finds_what_waits(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    await draft(post)
    await post.presses(SUBMIT)
    await leader.says("待批准的提示")
    await leader.presses("待批准：今晚有大风")
    await leader.presses(APPROVE)
    assert broadcast(town).stage == "scheduled"


async def test_without_a_second_person_the_refusal_says_what_to_do_and_the_draft_stays(town):
    (post,) = await opened(town, "李干事")
    town.read(_only_one_approver)
    await draft(post)
    await post.presses(SUBMIT)
    assert post.sees("请管理员再请一位同事或领导加入")
    assert broadcast(town).stage == "draft"


def _only_one_approver(s) -> None:
    for grant, person in s.exec(select(Grant, Person).where(Grant.person_id == Person.id)):
        if grant.role in (Role.POST, Role.LEADER) and person.name != "李干事":
            grant.ended_at = grant.since


async def test_what_is_returned_with_a_reason_is_changed_and_comes_back(town):
    post, leader, other = await opened(town, "李干事", "孙镇长", "赵干事")
    await draft(post, 什么时候="明天 08:30", 范围="青石村")
    await post.presses(SUBMIT)
    await leader.presses("退回修改")
    await leader.says("写明打哪个电话")
    assert "状态：退回修改" in leader.last
    assert "「今晚有大风」退回修改：写明打哪个电话" in post.last
    await post.presses("看看")
    assert post.sees("原因：写明打哪个电话")
    await post.presses("改一改")
    await post.presses("跳过")
    assert "范围  青石村" in post.last
    assert "什么时候  11月24日 08:30" in post.last, "the plan stays when only the words change"
    await post.presses("改内容")
    await post.says("发现火情打 119。")
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    assert "发现火情打 119。" in leader.last
    await other.presses(APPROVE)
    await leader.presses("退回修改")
    assert leader.sees("状态：已批准，到点发"), "nobody is asked for a reason in vain"


async def test_the_old_card_of_changed_words_approves_nothing(town):
    post, leader = await opened(town, "李干事", "孙镇长")
    await draft(post)
    await post.presses(SUBMIT)
    old = leader.phone.last
    await post.presses("改一改")
    await post.presses("跳过")
    await post.presses("改内容")
    await post.says("另外的话。")
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    leader.phone.presses(APPROVE, message=old)
    await town.settle()
    assert leader.sees("您看的是旧的")
    assert broadcast(town).stage == "waiting"


async def test_a_double_tap_approves_once(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await draft(post)
    await post.presses(SUBMIT)
    leader.phone.presses(APPROVE)
    leader.phone.presses(APPROVE)
    await town.settle()
    for _ in range(3):
        await town.chores()
    assert len(tips_of(granny)) == 1
    assert leader.toasts[-1] == "这一步已经办过了。"


async def test_a_suggestion_becomes_a_tip_with_its_article(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await post.says("发布提示")
    idea = next(label for label in post.buttons if label.startswith("💡"))
    await post.presses(idea)
    await post.presses("跳过")
    assert idea.removeprefix("💡 1. ")[:20] in post.last
    await post.presses(NEXT)
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert granny.buttons == ["不再收这类", "听更多"]
    await post.says("发布提示")
    assert idea not in post.buttons, "what was said lately is not suggested again"


async def test_residents_cannot_publish(town):
    (granny,) = await opened(town, "王婆婆")
    await granny.says("/help")
    assert "发布提示" not in granny.last
    for way in ("/push", "/approve"):
        await granny.says(way)
        assert "不在您的职责范围内" in granny.last


async def test_without_the_rule_for_two_it_leaves_when_it_is_handed_in(town):
    town.database.rules = replace(town.database.rules, broadcasts_need_two=False)
    post, granny = await opened(town, "李干事", "王婆婆")
    await draft(post)
    await post.presses("提交发布")
    await town.chores()
    assert len(tips_of(granny)) == 1


async def test_longest_words_fit_every_card(town):
    post, leader, granny = await opened(town, "李干事", "孙镇长", "王婆婆")
    await draft(post, "题" * 30, "🌾字" * 450)
    await post.presses(SUBMIT)
    await leader.presses(APPROVE)
    await town.chores()
    assert tips_of(granny)[0].endswith("🌾字")
    await fill(post, "题" * 30, "字")
    assert town.read(lambda s: s.exec(select(Draft)).one().form) == "push"
    await post.presses("改内容")
    await post.says("字" * 901)
    assert "控制在 900 个字以内" in post.last
    assert TIP in granny.last


async def test_a_quiz_is_changed_in_its_own_form(town):
    post = (await opened(town, "李干事"))[0]
    number = town.read(_quiz, post.actor.id)
    await post.says("/push")
    await post.presses("草稿：电动车能在楼道充电吗？")
    await post.presses("改一改")
    assert "发布提示" not in post.last.splitlines()[0]
    assert town.read(lambda s: s.exec(select(Draft)).one().form) == "quiz.push"
    assert broadcast(town).id == number


def _quiz(s, author: int) -> int:
    question = bank().questions[0]
    made = Broadcast(slot_key="quiz", kind=Kind.QUIZ, stage=Stage.DRAFT, title="电动车能在楼道充电吗？",
                     author_id=author, question_id=question.id, topic=question.topic, created_at=at(23, 9),
                     segment=Segment("/town/").to_json())  # fmt: skip
    s.add(made)
    s.flush()
    return made.id
