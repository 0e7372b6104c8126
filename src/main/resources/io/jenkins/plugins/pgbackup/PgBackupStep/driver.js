/* Hides the fields of the drivers that are not chosen. What they hold is kept and sent all the same. */
Behaviour.specify("SELECT.pgbackup-driver", "pgbackup-driver", 0, function (select) {
  const form = select.closest(".pgbackup-form");
  const show = function () {
    form.querySelectorAll("[data-pgbackup-driver]").forEach(function (fields) {
      fields.hidden = fields.dataset.pgbackupDriver !== select.value;
    });
  };
  select.addEventListener("change", show);
  show();
});
