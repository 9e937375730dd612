"""One path per verb of a 共享申请."""

from django.urls import path

from sharing.share_requests.views import attaching, cart, extending, holding, papers, repeating, requesting, reviewing

app_name = "share_requests"
urlpatterns = [
    path("", requesting.index, name="list"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.cart_add, name="cart_add"),
    path("cart/remove/", cart.cart_remove, name="cart_remove"),
    path("cart/clear/", cart.cart_clear, name="cart_clear"),
    path("cart/draft/", cart.draft, name="draft"),
    path("review/", reviewing.review, name="review"),
    path("held/", holding.held, name="held"),
    path("what-if/", holding.what_if, name="what_if"),
    path("access/<int:pk>/", requesting.access_panel, name="access_panel"),
    path("<int:pk>/", requesting.detail, name="detail"),
    path("receipt-key/", requesting.receipt_key, name="receipt_key"),
    path("<int:pk>/receipt/", requesting.receipt, name="receipt"),
    path("<int:pk>/application.pdf", papers.application, name="application_pdf"),
    path("<int:pk>/answer.pdf", papers.answer, name="answer_pdf"),
    path("<int:pk>/dossier.zip", papers.dossier, name="dossier_zip"),
    path("<int:pk>/print/", requesting.print_, name="print"),
    path("<int:pk>/edit/", requesting.edit, name="edit"),
    path("<int:pk>/save/", requesting.save, name="save"),
    path("<int:pk>/attach/", attaching.attach, name="attach"),
    path("<int:pk>/detach/", attaching.detach, name="detach"),
    path("<int:pk>/attachments/<int:attachment_pk>/", attaching.attachment, name="attachment"),
    path("<int:pk>/submit/", requesting.submit, name="submit"),
    path("<int:pk>/endorse/", requesting.endorse, name="endorse"),
    path("<int:pk>/send-back/", requesting.send_back, name="send_back"),
    path("<int:pk>/complete/", requesting.complete, name="complete"),
    path("<int:pk>/copy/", repeating.copy, name="copy"),
    path("renew/<int:pk>/", repeating.renew, name="renew"),
    path("amend/<int:pk>/", repeating.amend, name="amend"),
    path("<int:pk>/withdraw/", requesting.withdraw, name="withdraw"),
    path("<int:pk>/review/", reviewing.review, name="review"),
    path("<int:pk>/propose/", reviewing.propose, name="propose"),
    path("<int:pk>/confirm/", reviewing.confirm, name="confirm"),
    path("<int:pk>/rework/", reviewing.rework, name="rework"),
    path("<int:pk>/consult/", reviewing.consult, name="consult"),
    path("<int:pk>/ask-extension/", extending.ask_extension, name="ask_extension"),
    path("<int:pk>/agree-extension/", extending.agree_extension, name="agree_extension"),
    path("<int:pk>/refuse-extension/", extending.refuse_extension, name="refuse_extension"),
    path("<int:pk>/return/", reviewing.return_, name="return"),
]
