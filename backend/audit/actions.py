"""The closed vocabulary of audit actions: `subject.verb`, each with one line of meaning in both languages.

An entry with any other action is refused, so a report can be read without knowing the code.
"""

from typing import Final

from backend.core.errors import Invalid

ACTIONS: Final[dict[str, tuple[str, str]]] = {
    "tenant.create": ("An institution was set up", "设立机构"),
    "session.sign_in": ("A person signed in", "用户登录"),
    "session.sign_out": ("A person signed out", "用户退出登录"),
    "session.refuse": ("A sign-in failed", "登录失败"),
    "staff.create": ("A colleague's account was created", "创建员工账户"),
    "staff.edit": ("A colleague's account was changed", "修改员工账户"),
    "staff.lock": ("A colleague's account was locked", "锁定员工账户"),
    "team.create": ("A team was created", "创建团队"),
    "role.grant": ("A role was granted", "授予角色"),
    "role.revoke": ("A role was revoked", "撤销角色"),
    "client.create": ("A partner's client was registered", "登记合作方客户端"),
    "access.deny": ("Somebody tried what they may not do", "越权操作被拒绝"),
    "use_case.fail": ("A use case failed and nothing was written", "操作失败，未写入任何数据"),
    "personal_data.read": ("Personal data was read", "读取个人数据"),
    "customer.create": ("A party was recorded", "建立客户档案"),
    "customer.edit": ("A party's data was changed", "修改客户资料"),
    "customer.import": ("A party came from a file", "从文件导入客户"),
    "customer.assign": ("A customer was given to a relationship manager", "分配客户经理"),
    "customer.stage": ("A customer's lifecycle stage changed", "客户生命周期阶段变更"),
    "customer.activate": ("A customer relationship was activated", "激活客户关系"),
    "customer.merge.suspect": ("Two parties were found that may be one", "发现疑似重复客户"),
    "customer.merge.propose": ("A merge of two parties was proposed", "提议合并客户"),
    "customer.merge.approve": ("A merge of two parties was approved", "批准合并客户"),
    "customer.merge.dismiss": ("A proposed merge was dismissed", "驳回合并提议"),
    "customer.shredded": ("A customer's keys were destroyed", "销毁客户密钥"),
    "relationship.record": ("A tie between two parties was recorded", "记录当事人关系"),
    "relationship.end": ("A tie between two parties ended", "终止当事人关系"),
    "ownership.record": ("A stake or control was recorded", "记录持股或控制权"),
    "ownership.end": ("A stake or control ended", "终止持股或控制权"),
    "document.upload": ("A document was received", "接收文件"),
    "document.download": ("A document was handed out", "下载文件"),
    "document.accept": ("A document was accepted", "接受文件"),
    "document.revision": ("A better copy of a document was asked for", "要求重新提交文件"),
    "document.reject": ("A document was rejected", "拒绝文件"),
    "document.expire": ("A document expired", "文件过期"),
    "customer.kyc.open": ("An onboarding case was opened", "开立尽职调查案件"),
    "customer.kyc.edit": ("An onboarding case was changed", "修改尽职调查案件"),
    "customer.kyc.submit": ("An onboarding case was submitted", "提交尽职调查案件"),
    "customer.kyc.review": ("Review of an onboarding case began", "开始审查尽职调查案件"),
    "customer.kyc.request_information": ("Information was asked for", "要求补充信息"),
    "customer.kyc.resume": ("Information arrived and review went on", "补充信息后恢复审查"),
    "customer.kyc.recompute": ("A case's requirements were computed anew", "重新计算案件要求"),
    "customer.kyc.check": ("A check was answered", "完成检查"),
    "customer.kyc.waive": ("A requirement was waived", "豁免要求"),
    "customer.kyc.defer": ("A requirement was put off because the rule-set says so", "依规则集暂缓要求"),
    "customer.kyc.propose": ("A decision was proposed for approval", "提交审批决定"),
    "customer.kyc.sign": ("A further person answered a proposal", "其他人签署提议"),
    "customer.kyc.approve": ("An onboarding case was approved", "批准尽职调查案件"),
    "customer.kyc.reject": ("An onboarding case was rejected", "拒绝尽职调查案件"),
    "customer.kyc.return": ("An approver sent a case back", "审批人退回案件"),
    "customer.kyc.withdraw": ("An onboarding case was withdrawn", "撤回尽职调查案件"),
    "customer.kyc.expire": ("An onboarding case expired", "尽职调查案件过期"),
    "customer.kyc.rebase": ("A case was moved to another rule-set version", "案件改用其他规则版本"),
    "customer.kyc.condition": ("A condition of an approval was met or missed", "批准条件已满足或逾期"),
    "customer.kyc.import": ("A customer was taken through bulk onboarding", "批量开户"),
    "work.open": ("A piece of work was queued", "新增待办"),
    "work.claim": ("A piece of work was taken", "领取待办"),
    "work.assign": ("A piece of work was assigned", "分派待办"),
    "work.escalate": ("A piece of work was escalated", "待办升级"),
    "work.release": ("A piece of work was put back into its queue", "退回待办至队列"),
    "work.cancel": ("A piece of work was no longer needed", "取消待办"),
    "work.complete": ("A piece of work was finished", "完成待办"),
    "holding.import": ("Holdings came from a file", "导入持有产品"),
    "import.start": ("An import began", "开始导入"),
    "import.finish": ("An import ended", "导入结束"),
    "audit.view": ("The audit log was read", "查看审计日志"),
    "audit.export": ("The audit log was exported", "导出审计日志"),
    "event.dispatch": ("An event was handed to its subscribers", "分发事件"),
}


class UnknownAction(Invalid):
    code = "audit.unknown_action"
    text = "“{action}” is not an audit action; add it to the vocabulary with its meaning."


def known(action: str) -> str:
    if action not in ACTIONS:
        raise UnknownAction(action=action)
    return action
