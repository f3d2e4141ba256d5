"""What a person said of runs, in the teams they are in."""

from playground.accounts.models import User
from playground.accounts.people.export import Rows, personal_data
from playground.discussion.models import Comment


@personal_data("comments")
def comments(user: User) -> Rows:
    found = Comment.objects.filter(author=user, team__memberships__user=user).order_by("id")
    for comment in found.select_related("team", "comparison__session").iterator():
        yield {
            "team": comment.team.name,
            "session": comment.comparison.session.public_id,
            "run": comment.comparison.number,
            "body": comment.body,
            "created_at": comment.created_at,
            "edited_at": comment.edited_at,
        }
